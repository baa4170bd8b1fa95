#!/bin/sh
# Writes every text of the sources that is shown in the operator's language, as the
# template of po/zh.po: formats of errors and notes, and the words of --help.
#   tools/texts.sh FILE.pot
# Rows of flags and the summaries of pages are no calls, which is all that xgettext looks
# for: sed lends them the form of one. What only a daemon says, its own errors and its log,
# is not asked for: machines read that.
set -eu

string='("([^"\\]|\\.)*"[[:space:]]*)+'
value='(NULL|[A-Z_]+|"[^"]*")'
forms="
	s/[\\]\n/ /g
	s/\{[[:space:]]*($value,[[:space:]]*$value,[[:space:]]*OPTION_[^{}]*,[[:space:]]*)($string)\}/row(\1\4)/g
	s/\.summary =[[:space:]]*($string)/.summary = summary(\1)/g"
words='-ktranslate:1 -kTEXT:1 -krow:8 -ksummary:1 -kCOMMAND_JSON:2 -kCOMMAND_REDIS:3 -kCOMMAND_TIMEOUT:3'
formats='-kerr_fail:3 -kerr_set:3 -kerr_wrap:2 -kerr_text:1 -kcommand_note:2 -kdoctor_find:4 -kdoctor_mend:2 -kauthorized_mistake:3
	-kplan_mistake_at:3 -kplan_mistake_value:3 -kplan_mistake_key:3 -kplan_mistake_missing:4'

extract() {
	sed -zE "$forms" | xgettext --language=C --from-code=UTF-8 --no-location --width=100 \
		--package-name=tuijin -k "$@" -
}
cat core/*.[ch] common/*.[ch] cli/*.[ch] | extract $words $formats -o "$1"
cat collector/*.[ch] aggregator/*.[ch] dashboard/*.[ch] | extract $words -j -o "$1"
