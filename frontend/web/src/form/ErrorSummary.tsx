import { useEffect, useRef } from 'react';
import { Notice } from '../ui/Notice';
import { type Errors, controlId } from './errors';

const title = (path: string): string =>
  path
    .split('.')
    .map((name) => (/^\d+$/.test(name) ? String(Number(name) + 1) : name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')))
    .join(' › ');

const controlOf = (path: string): HTMLElement | null => {
  const element = document.getElementById(controlId(path));
  // A group that has no words of its own to mark leads to its first control that is marked, or to itself.
  return element?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? element;
};

function focusOn(path: string): void {
  controlOf(path)?.focus();
}

/** All that is wrong in one place; each line leads to its field. The first field has the focus once errors appear. */
export function ErrorSummary({ errors, attempt }: { errors: Errors; attempt: number }) {
  const box = useRef<HTMLDivElement>(null);
  const paths = Object.keys(errors);
  useEffect(() => {
    if (attempt === 0) return;
    const form = box.current?.closest('form');
    const first = form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid]');
    (first?.querySelector<HTMLElement>('[aria-invalid="true"], input[type="radio"]') ?? first)?.focus();
  }, [attempt]);
  return (
    <div ref={box}>
      {paths.length > 0 && (
        <Notice kind="error" title={paths.length === 1 ? 'One thing is not right' : `${paths.length} things are not right`}>
          <ul className="summary">
            {paths.map((path) => {
              const said = `${path === '' ? 'Document' : title(path)}: ${errors[path]?.join('; ') ?? ''}`;
              return (
                <li key={path}>
                  {document.getElementById(controlId(path)) ? (
                    <button type="button" className="link-button" onClick={() => focusOn(path)}>
                      {said}
                    </button>
                  ) : (
                    said
                  )}
                </li>
              );
            })}
          </ul>
        </Notice>
      )}
    </div>
  );
}
