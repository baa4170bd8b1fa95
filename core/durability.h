/*
 * durability -- what a store really promises for what it has confirmed.
 */
#ifndef TUIJIN_CORE_DURABILITY_H
#define TUIJIN_CORE_DURABILITY_H

enum durability {
	DURABILITY_NONE,     /* gone when the server stops */
	DURABILITY_EVERYSEC, /* about the last second may be gone */
	DURABILITY_FSYNC,    /* on disk before it was confirmed */
	DURABILITIES
};

/* Its word in an ack: "none", "everysec", "fsync". */
const char *durability_name(enum durability d);

#endif
