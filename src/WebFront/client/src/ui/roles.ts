import type { Role } from '../sdk/api';
import { useQuery, type Query } from './lib/hooks';
import { api, useAuth } from './session';

/** What this account may do beside buying and selling; nobody's roles are none. */
export function useRoles(): Query<readonly Role[]> {
  const { user } = useAuth();
  return useQuery(`roles ${user?.id ?? ''}`, async () => {
    if (!user) return [];
    const answer = await api.me();
    if (!answer.ok) throw new Error(answer.error.name);
    return answer.roles;
  });
}

/** Where somebody's work is, for who has just signed in. */
export const deskOf: Partial<Record<string, string>> = { moderator: '/moderation', operator: '/operator' };
