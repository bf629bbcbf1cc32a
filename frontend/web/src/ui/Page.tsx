import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  title: string;
  /** Said above the title: where this page belongs. */
  above?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Where the focus was last taken to a heading; at first where the application was opened, where a browser starts at the top. */
let focusedPath: string | undefined;
let hasNavigated = false;

/** A page's heading and title. After a navigation the heading takes the focus, so that a screen reader says where we are. */
export function Page({ title, above, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === 'Narwhal' ? title : `${title} · Narwhal`;
  }, [title]);
  const router = useRouter();
  useEffect(() => {
    // Asked once, when the page is drawn: the address runs ahead of the page that one leaves.
    const path = router.state.location.pathname;
    hasNavigated ||= focusedPath !== undefined && focusedPath !== path;
    // The same page may be drawn anew when its data is there: the heading that had the focus is gone then.
    const isLost = document.activeElement === document.body;
    if (hasNavigated && (focusedPath !== path || isLost)) heading.current?.focus({ preventScroll: true });
    focusedPath = path;
  }, [router]);
  return (
    <div className="page">
      {above && <div className="page-above">{above}</div>}
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
