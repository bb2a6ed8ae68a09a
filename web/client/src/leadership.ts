import type { Channel, Environment } from "./environment.js";

/** A leader from which nothing was heard for so long, in milliseconds, is asked whether it lives. */
export const leaderSilence = 45_000;
/** A leader that does not answer within this time, in milliseconds, is replaced: its page is frozen. */
export const leaderAnswer = 2000;

export type Role = "outside" | "follower" | "leader";

interface Envelope<Message> {
    from: Role;
    body: Message;
}

export interface LeadershipEvents<Message> {
    onLead(): void;
    onFollow(): void;
    onMessage(message: Message): void;
    /** The message that a leader answers with everything it knows. */
    hello: Message;
}

/**
 * Chooses one page of an origin to do what all need, and carries its messages to the others.
 *
 * Who holds the lock leads; the browser gives it on when the page goes, crashes included. Without locks or channels
 * every page leads itself.
 */
export class Leadership<Message> {
    role: Role = "outside";
    private readonly environment: Environment;
    private readonly name: string;
    private readonly isShared: boolean;
    private readonly events: LeadershipEvents<Message>;
    private channel: Channel | null = null;
    private membership: { abort: AbortController; release: (() => void) | null } | null = null;
    private watch: unknown = null;
    /** Whether another page was ever heard: messages for nobody are not copied. */
    private hasOthers = false;

    constructor(environment: Environment, name: string, isShared: boolean, events: LeadershipEvents<Message>) {
        this.environment = environment;
        this.name = name;
        this.isShared = isShared;
        this.events = events;
    }

    join(): void {
        const { locks, openChannel } = this.environment;
        if (!this.isShared || locks === null || openChannel === null) {
            this.role = "leader";
            this.events.onLead();
            return;
        }
        this.role = "follower";
        this.channel = openChannel(this.name);
        this.channel.onmessage = (event) => {
            const { from, body } = event.data as Envelope<Message>;
            this.hasOthers = true;
            if (from === "leader") this.watchLeader();
            this.events.onMessage(body);
        };
        this.stand({});
        this.greet();
        this.watchLeader();
    }

    leave(): void {
        this.role = "outside";
        this.hasOthers = false;
        this.environment.clearTimer(this.watch);
        const { membership, channel } = this;
        this.membership = null;
        this.channel = null;
        membership?.release?.();
        membership?.abort.abort();
        if (channel !== null) {
            channel.onmessage = null;
            channel.close();
        }
    }

    tell(message: Message): void {
        if (this.role === "leader" && this.hasOthers) this.post(message);
    }

    /** Asks the leader for everything; one that does not answer is replaced. */
    greet(): void {
        if (this.role !== "follower") return;
        this.post(this.events.hello);
        this.environment.clearTimer(this.watch);
        this.watch = this.environment.setTimer(() => this.stand({ steal: true }), leaderAnswer);
    }

    /** Leads in the place of whoever leads, who follows then. */
    takeOver(): void {
        if (this.role === "follower") this.stand({ steal: true });
    }

    /** The page was away: what its timers should have noticed is looked at now. */
    wake(): void {
        if (this.role === "follower") this.greet();
    }

    private post(body: Message): void {
        const envelope: Envelope<Message> = { from: this.role, body };
        this.channel?.postMessage(envelope);
    }

    /** Asks for the lock, and leads from when it comes until it is gone. */
    private stand(how: { steal?: boolean }): void {
        const { locks } = this.environment;
        if (locks === null || this.role !== "follower") return;
        this.membership?.abort.abort();
        const membership = { abort: new AbortController(), release: null as (() => void) | null };
        this.membership = membership;
        // A request that steals cannot be stopped by a signal.
        const options = how.steal ? { steal: true } : { signal: membership.abort.signal };
        const held = (): Promise<void> => {
            if (this.membership !== membership) return Promise.resolve();
            this.environment.clearTimer(this.watch);
            this.role = "leader";
            const holding = new Promise<void>((resolve) => {
                membership.release = resolve;
            });
            this.events.onLead();
            return holding;
        };
        locks.request(this.name, options, held).catch(() => this.lose(membership));
    }

    /** Another page took the lock, or there is none to be had here: then this page leads itself. */
    private lose(membership: object): void {
        if (this.membership !== membership) return;
        if (this.role === "follower") {
            this.environment.clearTimer(this.watch);
            this.role = "leader";
            this.events.onLead();
        } else if (this.role === "leader") {
            this.role = "follower";
            this.events.onFollow();
            this.stand({});
            this.greet();
        }
    }

    private watchLeader(): void {
        if (this.role !== "follower") return;
        this.environment.clearTimer(this.watch);
        this.watch = this.environment.setTimer(() => this.greet(), leaderSilence);
    }
}
