import { Notice } from '../ui/Notice';
import type { PositionState } from './position';

type Failure = Exclude<PositionState['step'], 'idle' | 'asking' | 'found'>;

const ADVICE: Readonly<Record<Failure, { title: string; text: string }>> = {
  denied: {
    title: 'This page is not allowed to know where you are',
    text:
      'To allow it, tap the sign left of the address, open the permissions, allow Location and try again. ' +
      'On an iPhone: Settings, Privacy & Security, Location Services, and there your browser. Or type the position.',
  },
  unavailable: {
    title: 'This device cannot tell where it is',
    text: 'Switch location on in its settings, go near a window and try again. Or type the position.',
  },
  timeout: {
    title: 'No position within 20 seconds',
    text: 'Go near a window or outside and try again. Or type the position.',
  },
  insecure: {
    title: 'Positions need https',
    text: 'Browsers tell them to pages of an https address only, and this page came over http. Type the position.',
  },
  unsupported: { title: 'This browser knows of no positions', text: 'Type the position.' },
};

export function PositionAdvice({ step }: { step: PositionState['step'] }) {
  if (step === 'idle' || step === 'asking' || step === 'found') return null;
  const { title, text } = ADVICE[step];
  return (
    <Notice kind="warning" title={title}>
      <p>{text}</p>
    </Notice>
  );
}
