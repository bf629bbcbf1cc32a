import { type ReactNode, useId } from 'react';
import { Icon } from './Icon';

/** What the control of a field has to carry. */
export interface ControlProps {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value, one sentence each. */
  errors?: readonly string[];
  isRequired?: boolean;
  id?: string;
  children: (control: ControlProps) => ReactNode;
}

/** A labelled control with its hint and errors, tied together for screen readers. */
export function Field({ label, hint, errors = [], isRequired = false, id, children }: FieldProps) {
  const ownId = useId();
  const controlId = id ?? ownId;
  const described = [hint ? `${controlId}-hint` : '', errors.length > 0 ? `${controlId}-errors` : ''].filter(Boolean);
  return (
    <div className="field">
      <label className="field-label" htmlFor={controlId}>
        {label}
        {isRequired && <Required />}
      </label>
      {children({
        id: controlId,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': errors.length > 0 ? true : undefined,
        'aria-required': isRequired ? true : undefined,
      })}
      {hint && (
        <p className="field-hint" id={`${controlId}-hint`}>
          {hint}
        </p>
      )}
      <FieldErrors id={`${controlId}-errors`} errors={errors} />
    </div>
  );
}

export function Required() {
  return (
    <span className="field-required" aria-hidden="true">
      required
    </span>
  );
}

export function FieldErrors({ id, errors }: { id: string; errors: readonly string[] }) {
  if (errors.length === 0) return null;
  return (
    <div className="field-errors" id={id}>
      {errors.map((error) => (
        <p key={error}>
          <Icon name="alert" />
          <span>{error}</span>
        </p>
      ))}
    </div>
  );
}
