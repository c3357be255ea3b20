namespace OrleansMarket.Domain.Engine;

/// <summary>Brings a new session to where its stream can be followed.</summary>
public interface ISymbolStart
{
    /// <summary>Restores the session from a state, or starts it cold.</summary>
    /// <param name="session">A session that has taken nothing yet.</param>
    /// <param name="state">The stored state, or <see langword="null"/> when there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">The state is of another version or scale, or damaged. It is to be left as it is.</exception>
    Task BeginAsync(SymbolSession session, EngineState? state, CancellationToken cancellationToken);
}
