#include "core/durability.h"

static const char *const names[DURABILITIES] = {
    [DURABILITY_NONE] = "none",
    [DURABILITY_EVERYSEC] = "everysec",
    [DURABILITY_FSYNC] = "fsync",
};

const char *
durability_name(enum durability d)
{
	return names[d];
}
