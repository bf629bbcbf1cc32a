import { useId, useState } from 'react';
import { newObjectId } from '../api/objectId';
import type { Relation } from '../schema/references';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { RefPicker } from './RefPicker';
import { canAddSite } from './canRecord';
import type { SiteRef } from './draft';

interface SiteFieldProps {
  relation: Relation;
  value: SiteRef | null;
  errors: readonly string[] | undefined;
  onChange: (site: SiteRef | null) => void;
}

/** One of the known sites, or the name of a new one, which is stored together with the fingerprint. */
export function SiteField({ relation, value, errors, onChange }: SiteFieldProps) {
  const [isAdding, setIsAdding] = useState(false);
  const id = useId();
  const startNew = () => {
    setIsAdding(true);
    onChange({ id: newObjectId(), name: '', isNew: true });
  };
  if (value?.isNew) {
    return <NewSite relation={relation} value={value} errors={errors} onChange={onChange} hasFocus={isAdding} />;
  }
  return (
    <div className="record-pair">
      <Field id={id} label="Site" isRequired errors={errors}>
        {(control) => <RefPicker {...{ control, relation, value, onChange }} />}
      </Field>
      {canAddSite(relation.resource) && (
        <Button icon="add" className="record-below-label" onClick={startNew}>
          New site
        </Button>
      )}
    </div>
  );
}

interface NewSiteProps extends Omit<SiteFieldProps, 'value'> {
  value: SiteRef;
  hasFocus: boolean;
}

function NewSite({ relation, value, errors, onChange, hasFocus }: NewSiteProps) {
  const hasPosition = 'position' in relation.resource.schema;
  return (
    <div className="record-pair">
      <Field
        label="Name of the new site"
        isRequired
        errors={errors}
        hint={`Stored with this fingerprint${hasPosition ? ', at its position' : ''}.`}
      >
        {(control) => (
          <input
            {...control}
            className="input"
            value={value.name}
            maxLength={relation.resource.schema['name']?.maxlength}
            autoComplete="off"
            ref={(input) => {
              if (hasFocus && value.name === '') input?.focus();
            }}
            onChange={(event) => onChange({ ...value, name: event.target.value })}
          />
        )}
      </Field>
      <Button icon="search" className="record-below-label" onClick={() => onChange(null)}>
        Known site
      </Button>
    </div>
  );
}
