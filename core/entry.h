/*
 * entry -- one entry of a plan's ledger: a batch of records, or a plan revision.
 */
#ifndef TUIJIN_CORE_ENTRY_H
#define TUIJIN_CORE_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "core/position.h"
#include "core/text.h"

#define ENTRY_FIELDS_MAX 8

struct entry_field {
	struct text name, value;
};

/* Exactly one of records and yaml is there. */
struct ledger_entry {
	struct position position;
	struct text     records;      /* back to back, core/wire_record.h */
	struct text     yaml, digest; /* a plan revision */
	uint32_t        revision;

	/* All of it as the store has it, known to us or not: what is sealed. */
	size_t             field_count;
	struct entry_field fields[ENTRY_FIELDS_MAX];
};

#endif
