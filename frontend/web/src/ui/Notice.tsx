import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

type Kind = 'info' | 'success' | 'warning' | 'error';

const ICONS: Readonly<Record<Kind, IconName>> = { info: 'info', success: 'check', warning: 'alert', error: 'alert' };

interface NoticeProps {
  kind?: Kind;
  title: string;
  children?: ReactNode;
}

/** Said aloud when it appears: at once for an error, else when there is a pause. */
export function Notice({ kind = 'info', title, children }: NoticeProps) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon name={ICONS[kind]} />
      <div className="notice-body">
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
