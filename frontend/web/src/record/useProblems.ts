import { useMemo, useState } from 'react';
import type { Resource } from '../schema/types';
import { type Problems, buildDocument } from './document';
import type { Draft } from './draft';

/** What the server said about a draft, as it was then. */
interface Told {
  problems: Problems;
  draft: Draft;
}

/** The parts of a draft that the field at @path is made of; undefined: the page has no such field. */
function partsOf(path: string, draft: Draft): readonly unknown[] | undefined {
  const [field = '', index] = path.split('.');
  if (field === 'readings') return index === undefined ? [draft.rows] : [draft.rows[Number(index)]];
  const parts: Record<string, readonly unknown[]> = {
    site: [draft.site],
    device: [draft.device],
    position: [draft.latitude, draft.longitude],
    floor: [draft.floor],
    taken_at: [draft.takenAt],
    note: [draft.note],
  };
  return parts[field];
}

/** The server's problems that stand as long as nobody changed what they are about. */
export function stillTrue({ problems, draft: then }: Told, now: Draft): Problems {
  const kept = Object.entries(problems).filter(([path]) => {
    const [before, after] = [partsOf(path, then), partsOf(path, now)];
    return before === undefined || before.every((part, i) => part === after?.[i]);
  });
  return Object.fromEntries(kept);
}

/** Problems that have no field on the page to stand beside. */
export const withoutField = (problems: Problems, draft: Draft): [string, readonly string[]][] =>
  Object.entries(problems).filter(([path]) => !/^(latitude|longitude)$/.test(path) && !partsOf(path, draft));

interface AllProblems {
  problems: Problems;
  /** From now on, what is wrong is shown while it is corrected. */
  show: () => void;
  tell: (problems: Problems, draft: Draft) => void;
  reset: () => void;
}

/** Only its problems count here, and no time is one. */
const ANY_TIME = new Date(0);

/** What is wrong with the draft: by the rules once somebody tried to save, and by the server's word. */
export function useProblems(draft: Draft, resource: Resource): AllProblems {
  const [isShown, setIsShown] = useState(false);
  const [told, setTold] = useState<Told>();
  const problems = useMemo(() => {
    const own = isShown ? buildDocument(draft, resource, ANY_TIME).problems : {};
    return told ? { ...stillTrue(told, draft), ...own } : own;
  }, [draft, resource, isShown, told]);
  return {
    problems,
    show: () => setIsShown(true),
    tell: (fromServer, then) => setTold({ problems: fromServer, draft: then }),
    reset: () => {
      setIsShown(false);
      setTold(undefined);
    },
  };
}
