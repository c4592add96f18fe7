import { conversationId, type Person, type Product, type StoreId, type WireError } from '../sdk/protocol';
import { readDraft, writeDraft } from './lib/drafts';
import { navigate } from './lib/router';
import { currentAuth } from './session';

/**
 * Opens the one conversation of this person and a store, with the product pinned in the composer.
 * Its id is known without asking, so this works offline too; the server answers the same for it.
 * Somebody who is not signed in comes back here afterwards.
 */
export async function contactSeller(user: Person | null, store: StoreId, product: Product | null): Promise<WireError | null> {
  if (!user) {
    navigate(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return null;
  }
  const { client } = currentAuth();
  const answer = await client?.contact(store, product?.id);
  if (answer && !answer.ok && !answer.error.temporary) return answer.error;
  const conversation = answer?.ok ? answer.id : conversationId(user.id, store);
  if (product) {
    const { id, title, price, image } = product;
    writeDraft(user.id, conversation, {
      ...readDraft(user.id, conversation),
      product: { id, store, title, price, image },
    });
  }
  navigate(`/messages/${conversation}`);
  return null;
}
