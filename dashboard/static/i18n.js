/**
 * i18n -- the words of the page in the language in force, Chinese or English.
 */

import en from './words_en.js';
import zh from './words_zh.js';

const dictionaries = { zh: { ...zh }, en: { ...en } };
let language = 'zh';

/** Adds words: {zh: {key: text}, en: {key: text}}. */
export function register(more) {
	for (const [lang, words] of Object.entries(more))
		Object.assign(dictionaries[lang], words);
}

/** The language in force, 'zh' or 'en'. */
export function lang() {
	return language;
}

export function setLang(to) {
	language = to === 'en' ? 'en' : 'zh';
	document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** True if there is such a word. */
export function has(key) {
	return key in dictionaries[language];
}

/**
 * The words of a key, with {name} replaced by params.name. `<key>_one`, where there is
 * one, stands for it when params.n is 1. An unknown key is its own text.
 */
export function t(key, params = {}) {
	const words = dictionaries[language];
	const text = (params.n === 1 && words[`${key}_one`]) || words[key] || key;

	return text.replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
}

/** A list in words. */
export function list(texts) {
	return texts.join(language === 'zh' ? '、' : ', ');
}
