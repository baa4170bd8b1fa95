/*
 * entry -- one entry of a plan's ledger: a batch of records, or a plan revision.
 */
#ifndef TUIJIN_CORE_ENTRY_H
#define TUIJIN_CORE_ENTRY_H

#include <stdint.h>

#include "core/position.h"
#include "core/text.h"

/* Exactly one of records and yaml is there. */
struct ledger_entry {
	struct position position;
	struct text     records;      /* back to back, core/wire_record.h */
	struct text     yaml, digest; /* a plan revision */
	uint32_t        revision;
};

#endif
