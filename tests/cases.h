/*
 * cases -- main() of a table-driven cmocka program: every row is a test of its own,
 * named by the row.
 */
#ifndef TUIJIN_TESTS_CASES_H
#define TUIJIN_TESTS_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Runs check() once for each row; it finds its row in *state. Several tables:
 * collect their rows with CASES_ADD into one array of struct CMUnitTest. */
#define CASES_ADD(tests, n, rows, check)                                                           \
	for (size_t case_i = 0; case_i < COUNT(rows); case_i++)                                    \
		(tests)[(n)++] = (struct CMUnitTest)                                               \
		{                                                                                  \
			.name = (rows)[case_i].name, .test_func = (check),                         \
			.initial_state = &(rows)[case_i]                                           \
		}

#define CASES_MAIN(rows, check)                                                                    \
	int main(void)                                                                             \
	{                                                                                          \
		struct CMUnitTest tests[COUNT(rows)];                                              \
		size_t            n = 0;                                                           \
                                                                                                   \
		CASES_ADD(tests, n, rows, check);                                                  \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
