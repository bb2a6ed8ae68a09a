import type { SharedGhostOptions } from "@ghost/client";
import { SharedGhost } from "@ghost/client";
import type { ReactElement, ReactNode } from "react";
import { createContext, createElement, useContext, useState } from "react";

const GhostContext = createContext<SharedGhost | null>(null);

export interface GhostProviderProps extends SharedGhostOptions {
    /** The connection to use; otherwise one is made of the other properties, as they are at first. */
    ghost?: SharedGhost;
    children?: ReactNode;
}

/** Says which server the hooks below it ask. Without one they ask where the page came from. */
export function GhostProvider({ ghost, children, ...options }: GhostProviderProps): ReactElement {
    const [own] = useState(() => ghost ?? new SharedGhost(options));
    return createElement(GhostContext.Provider, { value: ghost ?? own }, children);
}

/** What all components of a page share that stand below no provider. Holds no data where nothing is mounted. */
let ofPage: SharedGhost | null = null;

/** The connection of the nearest provider, or that of the page. */
export function useGhost(): SharedGhost {
    const provided = useContext(GhostContext);
    if (provided !== null) return provided;
    ofPage ??= new SharedGhost();
    return ofPage;
}
