import { type ReactNode, createContext, useContext } from 'react';
import { type Labels, type Wanted, useLabels } from '../schema/references';

const LabelsContext = createContext<Labels>(() => undefined);

/** Asks once for all references of a document. */
export function LabelsProvider({ wanted, children }: { wanted: readonly Wanted[]; children: ReactNode }) {
  return <LabelsContext value={useLabels(wanted)}>{children}</LabelsContext>;
}

export const useKnownLabels = (): Labels => useContext(LabelsContext);
