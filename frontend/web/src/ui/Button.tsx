import { type LinkComponent, createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react';
import { Icon, type IconName } from './Icon';

type Variant = 'plain' | 'primary' | 'danger' | 'quiet';

interface Looks {
  variant?: Variant;
  icon?: IconName;
}

const className = (variant: Variant = 'plain', more = '') => `button button-${variant} ${more}`.trim();

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Looks & { isBusy?: boolean; ref?: Ref<HTMLButtonElement> };

export function Button({ variant, icon, isBusy = false, children, className: more, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={className(variant, more)} aria-busy={isBusy || undefined} aria-disabled={isBusy || undefined}>
      {isBusy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  );
}

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & Looks & { ref?: Ref<HTMLAnchorElement> };

function Anchor({ variant, icon, children, className: more, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={className(variant, more)}>
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </a>
  );
}

const Linked = createLink(Anchor);

/** A link of the router that looks like a button. */
export const LinkButton: LinkComponent<typeof Anchor> = (props) => <Linked {...props} />;
