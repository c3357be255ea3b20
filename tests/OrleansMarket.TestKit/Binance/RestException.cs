namespace OrleansMarket.TestKit.Binance;

/// <summary>A refusal as documented in errors.md: <c>{"code":-1121,"msg":"Invalid symbol."}</c>.</summary>
internal sealed class RestException(int code, string message, int status = 400) : Exception(message)
{
    public int Status => status;

    public int Code => code;

    public static RestException MissingParameter(string name) =>
        new(-1102, $"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.");

    public static RestException Illegal(string name) => new(-1100, $"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'.");

    public static RestException InvalidSymbol() => new(-1121, "Invalid symbol.");
}
