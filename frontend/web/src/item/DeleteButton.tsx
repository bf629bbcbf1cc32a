import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Doc, deleteDocument } from '../api/documents';
import { ApiError } from '../api/errors';
import { titleOf } from '../schema/references';
import type { Resource } from '../schema/types';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { ErrorState } from '../ui/ErrorState';
import { announce } from '../ui/Messages';
import { Notice } from '../ui/Notice';

interface DeleteButtonProps {
  name: string;
  resource: Resource;
  doc: Doc;
}

/** Deletes the version that is shown, after a question. */
export function DeleteButton({ name, resource, doc }: DeleteButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();
  const noun = resource.item_title.toLowerCase();

  const leave = async (text: string) => {
    announce(text);
    await navigate({ to: '/r/$resource', params: { resource: name } });
    client.removeQueries({ queryKey: ['documents', resource.href, 'item', doc._id] });
    await client.invalidateQueries({ queryKey: ['documents', resource.href] });
  };
  const remove = useMutation({
    mutationFn: () => deleteDocument(resource.href, doc._id, doc._etag),
    onSuccess: () => leave(`The ${noun} is deleted`),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 404) void leave(`The ${noun} was deleted already`);
    },
  });
  const isChanged = remove.error instanceof ApiError && remove.error.status === 412;
  const reload = () => {
    setAsking(false);
    remove.reset();
    void client.invalidateQueries({ queryKey: ['documents', resource.href] });
  };
  return (
    <>
      <Button variant="danger" icon="trash" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && (
        <Dialog
          title={`Delete this ${noun}?`}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button data-first-focus onClick={() => setAsking(false)}>
                Cancel
              </Button>
              {isChanged ? (
                <Button variant="primary" onClick={reload}>
                  Show the newer version
                </Button>
              ) : (
                <Button variant="danger" icon="trash" isBusy={remove.isPending} onClick={() => !remove.isPending && remove.mutate()}>
                  Delete
                </Button>
              )}
            </>
          }
        >
          <p>
            <strong>{titleOf(resource, doc)}</strong> will be gone for everybody. This cannot be undone.
          </p>
          {isChanged && (
            <Notice kind="warning" title="Somebody changed it since you opened it">
              Nothing was deleted. Look at the newer version first.
            </Notice>
          )}
          {remove.isError && !isChanged && <ErrorState error={remove.error} />}
        </Dialog>
      )}
    </>
  );
}
