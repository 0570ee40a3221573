-- A search takes every dash and every quotation mark for the plain one; so does what was written before.
UPDATE aggregates SET search = translate(search, '‐‒–—―−’‘‚′”“„«»″', '------''''''''""""""')
WHERE search ~ '[‐‒–—―−’‘‚′”“„«»″]';
