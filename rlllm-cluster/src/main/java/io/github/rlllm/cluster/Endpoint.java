package io.github.rlllm.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * Where a driver or worker listens.
 *
 * @param host a name or an address
 * @param port 0 to 65535; 0 is any free one, which only a worker can use
 */
public record Endpoint(String host, int port) {
    private static final int MAX_PORT = 65535;

    /** Checks the record. */
    public Endpoint {
        Objects.requireNonNull(host, "host");
        if (!host.matches("[A-Za-z0-9.:_-]+")) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: a name or an address)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
        }
    }

    /**
     * Reads one.
     *
     * @param text such as {@code 127.0.0.1:7400}
     * @return the endpoint
     * @throws IllegalArgumentException if it is not of that form
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            // Said below, with the whole text.
        }
        throw new IllegalArgumentException("endpoint: '" + text + "' (expected: host:port)");
    }

    /** Whether nobody outside this machine can reach it; a name that is not known is not loopback. */
    boolean loopback() {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
