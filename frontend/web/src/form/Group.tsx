import type { ReactNode } from 'react';
import { FieldErrors, Required } from '../ui/Field';

interface GroupProps {
  id: string;
  label: string;
  hint?: string;
  errors: readonly string[];
  isRequired?: boolean;
  className?: string;
  children: ReactNode;
}

/** Several controls under one name. */
export function Group({ id, label, hint, errors, isRequired = false, className = '', children }: GroupProps) {
  const described = [hint ? `${id}-hint` : '', errors.length > 0 ? `${id}-errors` : ''].filter(Boolean).join(' ');
  return (
    <fieldset
      id={id}
      className={`group ${className}`.trim()}
      tabIndex={-1}
      data-invalid={errors.length > 0 ? true : undefined}
      aria-describedby={described || undefined}
    >
      <legend>
        {label}
        {isRequired && <Required />}
      </legend>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <FieldErrors id={`${id}-errors`} errors={errors} />
    </fieldset>
  );
}
