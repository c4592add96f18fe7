import type { ProductDetails, StoreCard } from '../sdk/api';
import type { Product, ProductId, Result, StoreId } from '../sdk/protocol';
import { useI18n } from './i18n/context';
import { useQuery } from './lib/hooks';
import { api } from './session';

/** Somebody who is not signed in has no live presence; the cards are then read again this often. */
const refreshMs = 20_000;

/** Thrown inside the loaders below only, so that "not found" differs from "not reachable". */
class NotFound extends Error {}

function need<T>(answer: Result<T>): T {
  if (answer.ok) return answer;
  if (answer.error.code >= 3000 && answer.error.code < 4000) throw new NotFound();
  throw new Error(answer.error.name);
}

/** A thing that may not exist: null is "there is no such thing". */
async function orNull<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

const loadStores = async () => need(await api.stores()).stores;

/** Pictures of stores by id, for places that know a store only from a conversation. */
export function useStoreImages(): (id: StoreId) => string | undefined {
  const { data } = useQuery('stores', loadStores);
  return (id) => data?.find((store) => store.id === id)?.image;
}

export function useStoreNames(): (id: StoreId | null | undefined) => string {
  const { data } = useQuery('stores', loadStores);
  return (id) => data?.find((store) => store.id === id)?.name ?? id ?? '';
}

export interface Market {
  stores: readonly StoreCard[] | undefined;
  products: readonly ProductDetails[] | undefined;
  failed: boolean;
  reload: () => void;
}

export function useMarket(): Market {
  const stores = useQuery('stores', loadStores, refreshMs);
  const { lang } = useI18n();
  const products = useQuery(`products ${lang}`, async () => need(await api.products({ lang })).products);
  return {
    stores: stores.data,
    products: products.data,
    failed: stores.failed || products.failed,
    reload: () => {
      stores.reload();
      products.reload();
    },
  };
}

export function useProduct(id: ProductId) {
  const { lang } = useI18n();
  return useQuery(`product ${lang} ${id}`, () => orNull(async () => need(await api.product(id, { lang })).product), refreshMs);
}

export type StoreDetails = StoreCard & { readonly products: readonly Product[] };

export const useStore = (id: StoreId) =>
  useQuery<StoreDetails | null>(`store ${id}`, () => orNull(async () => need(await api.store(id)).store), refreshMs);
