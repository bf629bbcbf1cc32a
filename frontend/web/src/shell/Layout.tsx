import './shell.css';
import { Link, Outlet } from '@tanstack/react-router';
import { Logo } from '../ui/Logo';
import { Messages } from '../ui/Messages';
import { Navigation } from './Navigation';
import { OfflineNotice } from './OfflineNotice';
import { ThemeSwitch } from './ThemeSwitch';
import { UpdatePrompt } from './UpdatePrompt';

export function Layout() {
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="shell-header">
        <Link to="/" className="shell-brand">
          <Logo />
          <span>Narwhal</span>
        </Link>
        <ThemeSwitch />
      </header>
      <Navigation />
      <main id="content" className="shell-main" tabIndex={-1}>
        <OfflineNotice />
        <Outlet />
      </main>
      <div className="shell-messages">
        <UpdatePrompt />
        <Messages />
      </div>
    </div>
  );
}
