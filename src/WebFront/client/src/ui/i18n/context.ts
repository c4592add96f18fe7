import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { createTranslator, type Translator } from './index';
import { en } from './en';

export const I18n = createContext<Translator>(createTranslator('en', en));
export const useI18n = (): Translator => useContext(I18n);
