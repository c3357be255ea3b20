using System.Text;

namespace OrleansMarket.Sinks.Slack;

/// <summary>Text inside Slack messages: escaped, free of control characters, and cut to a limit without breaking an escape or a character.</summary>
internal static class SlackText
{
    private const char Ellipsis = '…';

    /// <summary>Escapes <c>&amp;</c>, <c>&lt;</c> and <c>&gt;</c>, the three characters that mean something to Slack, and cuts to so many characters.</summary>
    public static string Escape(string text, int limit)
    {
        var result = new StringBuilder(Math.Min(text.Length, limit) + 8);
        // Where the text may be cut so that the ellipsis still fits.
        var cut = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\n' => "\n",
                _ when Rune.IsControl(rune) => " ",
                _ => rune.ToString(),
            });
            if (result.Length > limit)
            {
                return result.Remove(cut, result.Length - cut).Append(Ellipsis).ToString();
            }

            cut = result.Length <= limit - 1 ? result.Length : cut;
        }

        return result.ToString();
    }
}
