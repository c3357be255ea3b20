namespace OrleansMarket.Web.Api;

/// <summary>
/// A kind of fault that passes by itself, such as that of a server that is away: the caller is told to ask again, and the log has a line
/// without a stack trace. A host registers those of its own parts.
/// </summary>
/// <param name="Matches">Whether an exception is of this kind.</param>
/// <param name="Told">What the caller is told.</param>
public sealed record PassingFault(Func<Exception, bool> Matches, string Told);
