using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Api;

/// <summary>Reads the query of one request against the endpoint's <see cref="QuerySpec"/> and collects what is wrong with it.</summary>
internal sealed class ApiQuery
{
    private readonly IQueryCollection _values;
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    private ApiQuery(IQueryCollection values) => _values = values;

    /// <summary>Starts reading: unknown, repeated and missing parameters, and values outside a declared choice, are errors at once.</summary>
    public static ApiQuery Read(HttpContext context)
    {
        var known = context.GetEndpoint()?.Metadata.GetMetadata<QuerySpec>()?.Parameters ?? [];
        var query = new ApiQuery(context.Request.Query);
        foreach (var (name, values) in context.Request.Query)
        {
            if (!known.Any(parameter => parameter.Name == name))
            {
                query.Fail(name, known.Count == 0
                    ? "expected no parameters here"
                    : $"unknown parameter; expected one of {string.Join(", ", known.Select(parameter => parameter.Name))}");
            }
            else if (values.Count > 1)
            {
                query.Fail(name, $"expected the parameter once, found {values.Count}");
            }
        }

        foreach (var parameter in known)
        {
            var text = query.Text(parameter.Name);
            if (parameter.Schema.Enum is { } names && text is not null && !names.Any(name => name.GetValue<string>() == text))
            {
                query.Fail(parameter.Name, $"expected one of {string.Join(", ", names.Select(name => name.GetValue<string>()))}, found '{text}'");
            }
            else if (parameter.Schema.Type == JsonSchemaType.Boolean && text is not (null or "true" or "false"))
            {
                query.Fail(parameter.Name, $"expected true or false, found '{text}'");
            }
            else if (parameter.Required && text is null)
            {
                query.Fail(parameter.Name, parameter.Example is null ? "expected a value, found none" : $"expected a value such as {parameter.Example}, found none");
            }
        }

        return query;
    }

    /// <summary>Tells whether something was wrong, and the answer that says what.</summary>
    public bool IsWrong([NotNullWhen(true)] out IResult? problem)
    {
        problem = _errors.Count == 0 ? null : Problems.Invalid(_errors);
        return problem is not null;
    }

    public void Fail(string name, string error) => _errors.TryAdd(name, [error]);

    public string? Text(string name, int maxLength = 200)
    {
        if (!_values.TryGetValue(name, out var values) || values.Count == 0 || string.IsNullOrEmpty(values[0]))
        {
            return null;
        }

        if (values[0]!.Length <= maxLength)
        {
            return values[0];
        }

        Fail(name, $"expected at most {maxLength} characters, found {values[0]!.Length}");
        return null;
    }

    public Symbol? Symbol(string name = "symbol")
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (Domain.Trades.Symbol.IsPlausible(text))
        {
            return new Symbol(text);
        }

        Fail(name, $"expected a symbol such as BTCUSDT, found '{text}'");
        return null;
    }

    public IReadOnlySet<Symbol> Symbols(string name)
    {
        var symbols = new HashSet<Symbol>();
        foreach (var part in Parts(name, maxLength: 20_000))
        {
            if (Domain.Trades.Symbol.IsPlausible(part))
            {
                symbols.Add(new Symbol(part));
            }
            else
            {
                Fail(name, $"expected symbols separated by commas, found '{part}'");
            }
        }

        return symbols;
    }

    /// <summary>Reads assets in upper case, each once, in the order given.</summary>
    public IReadOnlyList<string> Assets(string name)
    {
        var assets = new List<string>();
        foreach (var part in Parts(name, maxLength: 20_000))
        {
            if (!AssetName.IsPlausible(part))
            {
                Fail(name, $"expected assets such as BTC, separated by commas, found '{part}'");
            }
            else if (!assets.Contains(AssetName.Normalise(part)))
            {
                assets.Add(AssetName.Normalise(part));
            }
        }

        if (assets.Count > IPrices.MostAssets)
        {
            Fail(name, $"expected at most {IPrices.MostAssets} assets, found {assets.Count}");
        }

        return assets;
    }

    public IReadOnlySet<string> Choices(string name, IReadOnlyList<string> values)
    {
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in Parts(name, maxLength: 200))
        {
            if (values.Contains(part))
            {
                chosen.Add(part);
            }
            else
            {
                Fail(name, $"expected some of {string.Join(", ", values)}, separated by commas, found '{part}'");
            }
        }

        return chosen;
    }

    public DateTimeOffset? Time(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (ApiTime.TryParse(text, out var instant))
        {
            return instant;
        }

        Fail(name, $"expected {ApiTime.Expected}, found '{text}'");
        return null;
    }

    /// <summary>Reads <c>from</c> and <c>to</c>; a range that ends before it begins is an error.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Range()
    {
        var (from, to) = (Time("from"), Time("to"));
        if (from >= to)
        {
            Fail("to", "expected a time after from (which is inclusive, while to is exclusive)");
        }

        return (from, to);
    }

    public int Limit(int standard, int max) => (int)(Integer("limit", 1, max) ?? standard);

    public long? Integer(string name, long min, long max)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Fail(name, max == long.MaxValue ? $"expected a whole number of at least {min}, found '{text}'" : $"expected a whole number from {min} to {max}, found '{text}'");
        return null;
    }

    public decimal? Amount(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Fail(name, $"expected a number of at least 0 such as 250000, found '{text}'");
        return null;
    }

    /// <summary>Reads a flag; a bare <c>?strict</c> means yes.</summary>
    public bool Flag(string name) => Text(name) is { } text ? text == "true" : _values.ContainsKey(name);

    /// <summary>Reads a choice; <see langword="null"/> when absent, or not one of those declared (an error already).</summary>
    public TEnum? OneOf<TEnum>(string name)
        where TEnum : struct, Enum =>
        WireName.TryParse<TEnum>(Text(name), out var value) ? value : null;

    private string[] Parts(string name, int maxLength)
    {
        var text = Text(name, maxLength);
        var parts = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (text is not null && parts.Length == 0)
        {
            Fail(name, $"expected names separated by commas, found '{text}'");
        }

        return parts;
    }
}
