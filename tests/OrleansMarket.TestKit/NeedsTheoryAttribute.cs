using Xunit;

namespace OrleansMarket.TestKit;

/// <summary>A theory about something outside the repository; as <see cref="NeedsFactAttribute"/>.</summary>
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    /// <param name="variables">The environment variables that say where the things are; test.sh sets them for what it finds.</param>
    public NeedsTheoryAttribute(params string[] variables) => Skip = NeedsFactAttribute.ReasonToSkip(variables);
}
