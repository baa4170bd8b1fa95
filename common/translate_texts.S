/* The Chinese texts, po/zh.po as msgfmt(1) compiled it, for common/translate.c. */
	.section .rodata
	.balign 16
	.globl TRANSLATE_ZH
	.globl TRANSLATE_ZH_END
TRANSLATE_ZH:
	.incbin "zh.mo"
TRANSLATE_ZH_END:
	.section .note.GNU-stack, "", %progbits
