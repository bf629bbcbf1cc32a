import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Doc } from '../api/documents';
import { ApiError, sentence } from '../api/errors';
import { type Relation, labelOf, shortId, useLabels } from '../schema/references';
import { count } from '../schema/words';
import type { ControlProps } from '../ui/Field';
import { Icon } from '../ui/Icon';
import { candidatesQuery } from './candidates';
import { useDebounced } from './useDebounced';

interface ReferencePickerProps extends ControlProps {
  relation: Relation;
  value: string | undefined;
  /** What @value is called, where that is known: nothing has to be asked for then. */
  label?: string;
  /** @doc: the document that was chosen. */
  onChange: (value: string | undefined, doc?: Doc) => void;
}

/** A combobox with a list box (ARIA 1.2): type the beginning of a name, choose by arrows and Enter or by a tap. */
export function ReferencePicker({ relation, value, label, onChange, ...control }: ReferencePickerProps) {
  const [text, setText] = useState<string>(); // undefined: not searching, the chosen one is shown
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const [activeId, setActiveId] = useState<string>();
  const [chosen, setChosen] = useState<{ value: string; label: string }>(); // known before it has been asked for
  const labels = useLabels(value === undefined || label !== undefined ? [] : [{ relation, values: [value] }]);
  const search = useDebounced(text ?? '', 150);
  const found = useQuery({ ...candidatesQuery(relation, search), enabled: isOpen });
  const options = found.data ?? [];
  const listId = `${control.id}-list`;
  // By id: other options may arrive while one is marked.
  const active = options.findIndex((option) => option._id === activeId);
  const known = value === undefined ? '' : (label ?? labels(relation, value) ?? (chosen?.value === value ? chosen.label : undefined));
  const shown = known ?? shortId(value);

  const close = () => {
    setOpen(false);
    setActiveId(undefined);
    setText(undefined);
  };
  const choose = (at: number) => {
    const option = options[at];
    if (!option) return;
    const picked = String(option[relation.field]);
    setChosen({ value: picked, label: labelOf(relation.resource, option) });
    onChange(picked, option);
    close();
  };
  const clear = () => {
    onChange(undefined);
    input.current?.focus(); // the button that had it is gone
  };
  const move = (to: number) => {
    setOpen(true);
    if (options.length > 0) setActiveId(options[(to + options.length) % options.length]?._id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active < 0 ? options.length - 1 : active - 1),
      Enter: () => choose(active),
      Escape: close,
    };
    const act = keys[event.key];
    if (!act || ((event.key === 'Enter' || event.key === 'Escape') && !isOpen)) return;
    event.preventDefault();
    event.stopPropagation(); // Escape closes the list, not the dialog around it
    act();
  };
  return (
    <div className="picker" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}>
      <div className="picker-box">
        <input
          {...control}
          ref={input}
          className="input"
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={`Search ${relation.resource.title}`}
          value={text ?? shown}
          onChange={(event) => {
            setText(event.target.value);
            setActiveId(undefined);
            setOpen(true);
          }}
          onClick={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        {value !== undefined && (
          <button type="button" className="icon-button picker-clear" onClick={clear}>
            <Icon name="close" />
            <span className="visually-hidden">{`Clear ${shown}`}</span>
          </button>
        )}
      </div>
      <div id={listId} role="listbox" aria-label={relation.resource.title} className="picker-list" hidden={!isOpen || options.length === 0}>
        {options.map((option, at) => (
          // The input keeps the focus and has the keys; a press must not take it away.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={option._id}
            id={`${listId}-${at}`}
            role="option"
            aria-selected={at === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(at)}
            ref={at === active ? (element) => element?.scrollIntoView?.({ block: 'nearest' }) : undefined}
          >
            <span>{labelOf(relation.resource, option)}</span>
            <span className="muted small">{shortId(option._id)}</span>
          </div>
        ))}
      </div>
      <p className={isOpen && options.length === 0 ? 'picker-none' : 'visually-hidden'} role="status">
        {isOpen && told(found.isFetching, found.error, options.length)}
      </p>
    </div>
  );
}

function told(isFetching: boolean, error: unknown, n: number): string {
  if (error instanceof ApiError) return sentence(error);
  if (isFetching) return 'Searching…';
  return n === 0 ? 'Nothing found' : count(n, 'suggestion');
}
