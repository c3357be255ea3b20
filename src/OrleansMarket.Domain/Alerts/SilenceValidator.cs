namespace OrleansMarket.Domain.Alerts;

/// <summary>Says what is wrong with a silence, by field, with what was expected and found.</summary>
public static class SilenceValidator
{
    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>The problems of a silence by field name; empty when it is good.</summary>
    /// <param name="silence">The silence; its id is not looked at.</param>
    /// <param name="now">Our clock: a silence that has ended silences nothing.</param>
    public static IReadOnlyDictionary<string, string[]> Validate(AlertSilence silence, DateTimeOffset now)
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(silence.Reason) || silence.Reason.Length > 200)
        {
            problems["reason"] = [$"expected 1 to 200 characters, found {silence.Reason?.Length ?? 0}"];
        }

        if (silence.Until <= silence.From)
        {
            problems["until"] = [$"expected a time after {silence.From:O}, found {silence.Until:O}"];
        }
        else if (silence.Until - silence.From > Longest)
        {
            problems["until"] = [$"expected at most {Longest.TotalDays} days after the start, found {(silence.Until - silence.From).TotalDays:0.#} days"];
        }
        else if (silence.Until <= now)
        {
            problems["until"] = [$"expected a time after now ({now:O}), found {silence.Until:O}"];
        }

        return problems;
    }
}
