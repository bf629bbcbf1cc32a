import { Icon, type IconName } from '../ui/Icon';
import { THEMES, type Theme, setTheme, useTheme } from './theme';

const ICONS: Readonly<Record<Theme, IconName>> = { system: 'monitor', light: 'sun', dark: 'moon' };

/** Goes round: system, light, dark. */
export function ThemeSwitch() {
  const theme = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <button type="button" className="icon-button" title={`Theme: ${theme}`} onClick={() => setTheme(next)}>
      <Icon name={ICONS[theme]} />
      <span className="visually-hidden">{`Theme: ${theme}. Change to ${next}`}</span>
    </button>
  );
}
