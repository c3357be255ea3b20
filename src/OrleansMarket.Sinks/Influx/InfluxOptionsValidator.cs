using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Sinks.Influx;

[OptionsValidator]
internal sealed partial class InfluxOptionsRanges : IValidateOptions<InfluxOptions>;

/// <summary>Checks what ranges cannot say. Its messages name settings, never their secret values.</summary>
internal sealed class InfluxOptionsValidator : IValidateOptions<InfluxOptions>
{
    private readonly InfluxOptionsRanges _ranges = new();

    public ValidateOptionsResult Validate(string? name, InfluxOptions options)
    {
        var ranges = _ranges.Validate(name, options);
        if (ranges.Failed || string.IsNullOrEmpty(options.Url))
        {
            return ranges;
        }

        var problems = new List<string>();
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            problems.Add("Influx:Url: expected an address such as http://localhost:8086, found another; correct it, or leave it out to write nothing");
        }
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            problems.Add("Influx:Url: expected an address without user, password, query or fragment, found one with; give the token in Influx:Token or Influx:TokenFile");
        }

        if (options.Token is not { Length: > 0 } token || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            problems.Add("Influx:Token: expected a token without spaces that may write to the bucket, found none or other characters; set it, or name a file that holds it in Influx:TokenFile");
        }

        if (string.IsNullOrWhiteSpace(options.Org))
        {
            problems.Add("Influx:Org: expected the organisation's name beside Influx:Url, found none; set it");
        }

        if (string.IsNullOrWhiteSpace(options.Bucket))
        {
            problems.Add("Influx:Bucket: expected the bucket's name beside Influx:Url, found none; set it");
        }

        foreach (var interval in options.Intervals.Where(interval => !CandleInterval.TryParse(interval, out _)))
        {
            problems.Add($"Influx:Intervals: expected {string.Join(", ", CandleInterval.Names)}, found '{interval}'; correct it");
        }

        if (options.MaxBackOff < options.BackOff)
        {
            problems.Add($"Influx:MaxBackOff: expected at least Influx:BackOff ({options.BackOff:c}), found {options.MaxBackOff:c}; raise it");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
