package io.github.rlllm.llm4rl.proxyreward;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers written out, for encoders whose vectors hardly tell digits apart. */
final class Numbers {
    private static final String[] SMALL = {
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen"
    };
    private static final String[] TENS = {
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
    };
    private static final Pattern MONEY = Pattern.compile("\\$(\\d{1,6})\\.(\\d\\d)");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d{1,6}(?![\\w.]*\\d)");

    private Numbers() {}

    /** A text whose sums of dollars and integers are written out. */
    static String inWords(String text) {
        String money = MONEY.matcher(text)
                .replaceAll(sum -> Matcher.quoteReplacement(words(Integer.parseInt(sum.group(1))) + " dollars"
                        + (sum.group(2).equals("00")
                                ? ""
                                : " and " + words(Integer.parseInt(sum.group(2))) + " cents")));
        return NUMBER.matcher(money).replaceAll(n -> {
            int value = Integer.parseInt(n.group());
            return (value < 0 ? "minus " : "") + words(Math.abs(value));
        });
    }

    private static String words(int n) {
        if (n < 20) {
            return SMALL[n];
        }
        if (n < 100) {
            return TENS[n / 10] + (n % 10 == 0 ? "" : "-" + SMALL[n % 10]);
        }
        int unit = n < 1000 ? 100 : 1000;
        String head = words(n / unit) + (unit == 100 ? " hundred" : " thousand");
        return n % unit == 0 ? head : head + " " + words(n % unit);
    }
}
