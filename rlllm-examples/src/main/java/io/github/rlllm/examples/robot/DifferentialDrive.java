package io.github.rlllm.examples.robot;

/** Two driven wheels on one axle: pose in metres and radians, wheel speeds in m/s. Not thread-safe. */
final class DifferentialDrive {
    /** The distance of the wheels. */
    static final double AXLE = 0.4;

    private static final double FASTEST = 0.8;
    private static final double ACCELERATION = 2;
    private static final double BRAKING = 8;
    private static final double TURN_GAIN = 2.5;
    private static final double DRIVE_GAIN = 1.5;
    private static final double FASTEST_TURN = 2;

    private double x;
    private double y;
    private double heading;
    private double left;
    private double right;

    DifferentialDrive(double x, double y, double heading) {
        this.x = x;
        this.y = y;
        this.heading = heading;
    }

    double x() {
        return x;
    }

    double y() {
        return y;
    }

    double heading() {
        return heading;
    }

    boolean still() {
        return left == 0 && right == 0;
    }

    /** A step towards wheel speeds, as fast as the motors can: along a circle, or a line where both are equal. */
    void drive(double wantedLeft, double wantedRight, double dt) {
        left = towards(left, wantedLeft, dt);
        right = towards(right, wantedRight, dt);
        double turn = (right - left) / AXLE * dt;
        double way = (left + right) / 2 * dt;
        // The chord of the arc, in the direction halfway.
        double chord = Math.abs(turn) < 1e-9 ? way : way * Math.sin(turn / 2) / (turn / 2);
        x += chord * Math.cos(heading + turn / 2);
        y += chord * Math.sin(heading + turn / 2);
        heading = Math.IEEEremainder(heading + turn, 2 * Math.PI);
    }

    /** A step of standing still as soon as possible. */
    void brake(double dt) {
        drive(0, 0, dt);
    }

    /** A step towards a point. */
    void approach(double goalX, double goalY, double dt) {
        double off = Math.IEEEremainder(Math.atan2(goalY - y, goalX - x) - heading, 2 * Math.PI);
        double turn = Math.max(-FASTEST_TURN, Math.min(FASTEST_TURN, TURN_GAIN * off));
        double speed = Math.min(FASTEST, DRIVE_GAIN * distance(goalX, goalY)) * Math.max(0, Math.cos(off));
        drive(speed - turn * AXLE / 2, speed + turn * AXLE / 2, dt);
    }

    double distance(double toX, double toY) {
        return Math.hypot(toX - x, toY - y);
    }

    private static double towards(double speed, double wanted, double dt) {
        double limited = Math.max(-FASTEST, Math.min(FASTEST, wanted));
        double most = (Math.abs(limited) < Math.abs(speed) ? BRAKING : ACCELERATION) * dt;
        return speed + Math.max(-most, Math.min(most, limited - speed));
    }
}
