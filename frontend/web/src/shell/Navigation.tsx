import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { schemaQuery } from '../api/queries';
import { canRecord } from '../record/canRecord';
import { titleCase } from '../schema/words';
import { Icon } from '../ui/Icon';

/** A bar at the bottom of a phone; a column with the resources on a wide screen. */
export function Navigation() {
  const { data: schema } = useQuery(schemaQuery);
  return (
    <nav className="shell-nav" aria-label="Main">
      <ul>
        <li>
          <Link to="/" activeOptions={{ exact: true }}>
            <Icon name="home" />
            <span>Home</span>
          </Link>
        </li>
        {schema && canRecord(schema) && (
          <li>
            <Link to="/record">
              <Icon name="target" />
              <span>Record</span>
            </Link>
          </li>
        )}
        {Object.entries(schema?.resources ?? {}).map(([name, resource]) => (
          <li key={name} className="shell-nav-resource">
            <Link to="/r/$resource" params={{ resource: name }}>
              <Icon name="stack" />
              <span>{titleCase(resource.title)}</span>
            </Link>
          </li>
        ))}
        <li className="shell-nav-last">
          <Link to="/status">
            <Icon name="pulse" />
            <span>Status</span>
          </Link>
        </li>
      </ul>
    </nav>
  );
}
