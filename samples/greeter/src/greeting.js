const greetings = { en: 'Hello', de: 'Hallo', fr: 'Bonjour', es: 'Hola' };

/** Longest name that is greeted, in characters. */
export const longestName = 60;

/** Languages that a greeting can be had in. */
export const languages = Object.keys(greetings);

/** A greeting for a name in a language; throws a RangeError for a name or language that cannot be served. */
export function greet(name = 'world', language = 'en') {
  const who = name.trim();
  if (who === '' || who.length > longestName) throw new RangeError(`a name has 1 to ${longestName} characters`);
  const hello = greetings[language];
  if (hello === undefined) throw new RangeError(`languages: ${languages.join(', ')}`);
  return `${hello}, ${who}!`;
}
