import express, { type Express } from 'express';

/** Proxies beside us and in our own network; what anybody else says of where a request comes from is not believed. */
const proxies = ['loopback', 'linklocal', 'uniquelocal'];

/**
 * What everything that is served is mounted on. The address of a request is the one the nearest proxy of ours saw: by it strangers have
 * their turns, and people read where a browser is.
 */
export const createFront = (): Express => express().disable('x-powered-by').set('trust proxy', proxies);
