using FsCheck;
using Microsoft.FSharp.Core;

namespace OrleansMarket.Domain.Tests;

/// <summary>Checks properties on the same examples in each run: what fails once fails again.</summary>
internal static class PropertyExtensions
{
    private static readonly Config Repeatable = Config.QuickThrowOnFailure.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(2_026, 1), FSharpOption<int>.None)));

    /// <summary>Fails unless a property holds for so many examples.</summary>
    public static void Holds(this Property property, int examples = 100) => property.Check(Repeatable.WithMaxTest(examples));
}
