import { allowed } from '../lib/session.ts'
import { navigation, type Place } from './navigation.ts'

/** The places whoever is logged in may open. */
export const places = (): Place[] => navigation.filter((place) => !place.role || allowed(place.role))
