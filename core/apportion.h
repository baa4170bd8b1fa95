/*
 * apportion -- a total in whole parts that add up: the method of largest remainders
 * (Hamilton's).
 *
 * What is exact, numerator over denominator, is rarely whole, and parts that are
 * rounded one by one do not add up to the total that is shown. Here every part gets
 * its floor, and what is left of the total goes, a unit each, to the parts with the
 * largest remainders; of equal ones to those that come first.
 */
#ifndef TUIJIN_CORE_APPORTION_H
#define TUIJIN_CORE_APPORTION_H

#include <stddef.h>
#include <stdint.h>

/* Fills shares[0 .. n-1] so that their sum is exactly `total`; with n 0 there is
 * nothing to fill. Numerators and the total may be negative, the denominator is above
 * 0, and the sums of each must fit an int64_t.
 *
 * A share is the floor of its numerator / denominator or one more, unless no such
 * shares add up: when less than 0 or more than n units are left behind the floors,
 * every share moves by the same number of units first. */
void apportion(
    const int64_t *numerators, size_t n, int64_t denominator, int64_t total, int64_t *shares);

#endif
