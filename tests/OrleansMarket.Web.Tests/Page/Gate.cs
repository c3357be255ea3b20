using Microsoft.Playwright;
using OrleansMarket.TestKit;

namespace OrleansMarket.Web.Tests.Page;

/// <summary>Keeps requests of a page, or the answers to them, until it is opened.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    /// <summary>Keeps a request from the server.</summary>
    public async Task HoldRequestAsync(IRoute route)
    {
        Interlocked.Increment(ref _held);
        await _open.Task;
        await route.ContinueAsync();
    }

    /// <summary>Lets the server answer, and keeps the answer from the page.</summary>
    public async Task HoldAnswerAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        Interlocked.Increment(ref _held);
        await _open.Task;
        await route.FulfillAsync(new() { Response = answer });
    }

    /// <summary>Waits until it holds so many.</summary>
    public Task HoldsAsync(int count) => Eventually.BecomesTrueAsync(() => Volatile.Read(ref _held) >= count, $"{count} requests held");

    public void Open() => _open.TrySetResult();

    /// <summary>Opens it: nobody waits for a test that has ended.</summary>
    public void Dispose() => Open();
}
