import type { Issue, Issues } from '../api/errors';

/** What is wrong, by path ("readings.0.rssi"); sentences without a full stop. */
export type Errors = Record<string, string[]>;

export function addError(errors: Errors, path: string, text: string): void {
  errors[path] = [...(errors[path] ?? []), text];
}

const PLAIN: Readonly<Record<string, string>> = {
  'required field': 'This is required',
  'null value not allowed': 'This cannot be empty',
  'empty values not allowed': 'This cannot be empty',
  'unknown field': 'The server does not know this field',
  'field is read-only': 'The server does not let this be changed',
};

function plain(text: string): string {
  const unique = /^value (.*) is not unique$/s.exec(text);
  if (unique) return `${unique[1]} is not unique: another document has it`;
  return PLAIN[text] ?? text.charAt(0).toUpperCase() + text.slice(1);
}

/** The server's `_issues` by path: texts, lists of texts, and nested ones as a list holding an object. */
export function errorsOfIssues(issues: Issues): Errors {
  const errors: Errors = {};
  const walk = (issue: Issue, path: string): void => {
    if (typeof issue === 'string') addError(errors, path, plain(issue));
    else if (Array.isArray(issue)) for (const one of issue as readonly Issue[]) walk(one, path);
    else for (const [name, one] of Object.entries(issue as Issues)) walk(one, path === '' ? name : `${path}.${name}`);
  };
  walk(issues, '');
  return errors;
}

/** @errors without those of @path and of what is inside it. */
export function withoutErrors(errors: Errors, path: string): Errors {
  const kept = Object.entries(errors).filter(([at]) => at !== path && !at.startsWith(`${path}.`));
  return kept.length === Object.keys(errors).length ? errors : Object.fromEntries(kept);
}

/** Id of the control for @path, to lead from the summary to it. */
export const controlId = (path: string): string => `field-${path}`;
