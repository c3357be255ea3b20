using System.CommandLine;
using System.Globalization;

namespace OrleansMarket.Web.Commands;

/// <summary>What values an option takes. A value that is none of them is told with the option's name.</summary>
public static class OptionRules
{
    /// <summary>Takes certain words only.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(option);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var found }, ..] && !words.Contains(found, StringComparer.Ordinal))
            {
                result.AddError($"{option.Name}: expected {string.Join(", ", words[..^1])} or {words[^1]}, found '{found}'");
            }
        });
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Takes whole numbers of a range only.</summary>
    public static Option<int> Within(this Option<int> option, int least, int most, string unit = "")
    {
        ArgumentNullException.ThrowIfNull(option);
        option.CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError($"{option.Name}: expected {least} to {most} {unit}".TrimEnd() + $", found '{result.Tokens[0].Value}'");
            return least;
        };
        return option;
    }
}
