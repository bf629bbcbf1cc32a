import { Icon } from './Icon';
import { announce } from './Messages';

/** @what: "the id"; for the button's name and the message. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const copy = () => {
    // No clipboard without HTTPS (localhost is exempt).
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    void done.then(
      () => announce(`Copied ${what}`),
      () => announce('The browser does not allow copying here'),
    );
  };
  return (
    <button type="button" className="icon-button" title={`Copy ${what}`} onClick={copy}>
      <Icon name="copy" />
      <span className="visually-hidden">{`Copy ${what}`}</span>
    </button>
  );
}
