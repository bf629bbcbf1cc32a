import { createContext, useContext } from 'react';
import type { ApiSchema } from '../schema/types';
import type { Errors } from './errors';
import type { Raw } from './raw';

interface FormState {
  readonly schema: ApiSchema;
  readonly errors: Errors;
  readonly set: (path: string, raw: Raw) => void;
}

const FormContext = createContext<FormState | undefined>(undefined);
export const FormProvider = FormContext.Provider;

export function useFormState(): FormState {
  const state = useContext(FormContext);
  if (!state) throw new Error('a field outside of a form');
  return state;
}
